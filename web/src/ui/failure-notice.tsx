import type { ReactNode } from 'react';
import type { Failure } from '../api/failure.js';
import { failureText } from '../i18n/failure-text.js';
import { useI18n } from '../i18n/i18n.js';
import { RetryIcon, WarningIcon } from './icons.js';

export interface FailureNoticeProps {
  readonly failure: Failure;
  readonly title?: string;
  readonly onRetry?: () => void;
  readonly children?: ReactNode;
}

/** Says what did not work and what to do; announced at once by screen readers. */
export function FailureNotice({ failure, title, onRetry, children }: FailureNoticeProps) {
  const { t } = useI18n();
  const { message, detail } = failureText(failure, t);
  return (
    <div className="failure" role="alert">
      <WarningIcon />
      <div>
        <p className="failure-title">{title ?? t.failedTitle}</p>
        <p>{message}</p>
        {detail && <p className="failure-detail">{detail}</p>}
        {children}
        {onRetry && (
          <button type="button" className="button" onClick={onRetry}>
            <RetryIcon />
            {t.retry}
          </button>
        )}
      </div>
    </div>
  );
}
