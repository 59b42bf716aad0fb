import { useI18n } from '../i18n/i18n.js';
import { NextIcon, PreviousIcon } from '../ui/icons.js';
import { type Turn, versionPlace } from './conversation.js';

export interface VersionSwitchProps {
  readonly turn: Turn;
  readonly isBusy: boolean;
  readonly onShow: (sequence: number) => void;
}

/** Goes from one version of a turn to the next; nothing where there is only one. */
export function VersionSwitch({ turn, isBusy, onShow }: VersionSwitchProps) {
  const { t } = useI18n();
  const place = versionPlace(turn);
  if (!place) return null;
  const { position, count, previous, next } = place;
  // Not `disabled`: the button that was pressed keeps the focus when the last version is reached.
  const buttonTo = (sequence: number | undefined) => ({
    type: 'button' as const,
    className: 'icon-button small',
    'aria-disabled': isBusy || sequence === undefined,
    onClick: () => {
      if (!isBusy && sequence !== undefined) onShow(sequence);
    },
  });
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for forms.
    <div className="versions" role="group" aria-label={t.versions}>
      <button {...buttonTo(previous)} aria-label={t.previousVersion}>
        <PreviousIcon />
      </button>
      <span aria-hidden="true">
        {position} / {count}
      </span>
      <span className="visually-hidden" role="status">
        {t.versionOf(position, count)}
      </span>
      <button {...buttonTo(next)} aria-label={t.nextVersion}>
        <NextIcon />
      </button>
    </div>
  );
}
