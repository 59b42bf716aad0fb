import { useRef } from 'react';
import { useI18n } from '../i18n/i18n.js';
import { PlusIcon } from '../ui/icons.js';

export interface FilePickerProps {
  readonly onFiles: (files: FileList) => void;
  /** True: the button shows its text, not only a plus. */
  readonly wide?: boolean;
}

export function FilePicker({ onFiles, wide = false }: FilePickerProps) {
  const { t } = useI18n();
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        onChange={({ target }) => {
          if (target.files) onFiles(target.files);
          target.value = '';
        }}
      />
      <button
        type="button"
        className={wide ? 'button' : 'icon-button'}
        onClick={() => input.current?.click()}
        aria-label={t.addFiles}
        title={t.addFiles}
      >
        <PlusIcon />
        {wide && t.addFiles}
      </button>
    </>
  );
}
