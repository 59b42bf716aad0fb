import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react';

export interface PopoverProps {
  /** What the button shows. */
  readonly label: ReactNode;
  /** What the button is called. */
  readonly name: string;
  readonly children: (close: () => void) => ReactNode;
}

/** A button that opens a small panel below itself. Escape, a click elsewhere and leaving by Tab close it. */
export function Popover({ label, name, children }: PopoverProps) {
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const id = useId();
  useEffect(() => {
    if (!open) return;
    const closeOutside = (event: Event) => {
      if (!root.current?.contains(event.target as Node)) setOpen(false);
    };
    document.addEventListener('pointerdown', closeOutside);
    document.addEventListener('focusin', closeOutside);
    return () => {
      document.removeEventListener('pointerdown', closeOutside);
      document.removeEventListener('focusin', closeOutside);
    };
  }, [open]);
  const close = () => {
    setOpen(false);
    button.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || !open) return;
    event.stopPropagation();
    close();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: only Escape is caught here, from the controls inside.
    <div className="popover" ref={root} onKeyDown={onKeyDown}>
      <button
        type="button"
        ref={button}
        className="popover-button"
        aria-label={name}
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        onClick={() => setOpen(!open)}
      >
        {label}
      </button>
      {open && (
        <div className="popover-panel" id={id}>
          {children(close)}
        </div>
      )}
    </div>
  );
}
