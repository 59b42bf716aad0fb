import { type ReactNode, useEffect, useRef } from 'react';
import { useI18n } from '../i18n/i18n.js';
import { BackIcon, CloseIcon } from '../ui/icons.js';

export interface PanelProps {
  /** Decides the width: a document needs more than a list. */
  readonly kind: 'list' | 'document';
  readonly title: string;
  readonly subtitle?: string | undefined;
  /** Given when there is something to go back to. */
  readonly onBack?: (() => void) | undefined;
  readonly onClose: () => void;
  /** True: the reader asked for it, so the focus goes there. */
  readonly takeFocus: boolean;
  readonly children: ReactNode;
}

/** The side of the page; on a narrow screen a sheet over it. */
export function Panel({ kind, title, subtitle, onBack, onClose, takeFocus, children }: PanelProps) {
  const { t } = useI18n();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (takeFocus) heading.current?.focus({ preventScroll: true });
  }, [takeFocus]);
  return (
    <aside className="panel" data-kind={kind} aria-labelledby="panel-title">
      <div className="panel-head">
        {onBack && (
          <button type="button" className="icon-button" onClick={onBack} aria-label={t.back}>
            <BackIcon />
          </button>
        )}
        <div className="panel-titles">
          <h2 id="panel-title" ref={heading} tabIndex={-1}>
            {title}
          </h2>
          {subtitle && <p>{subtitle}</p>}
        </div>
        <button type="button" className="icon-button" onClick={onClose} aria-label={t.close}>
          <CloseIcon />
        </button>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard. */}
      <div className="panel-body" tabIndex={0}>
        {children}
      </div>
    </aside>
  );
}
