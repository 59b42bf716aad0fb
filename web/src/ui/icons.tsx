import type { ReactNode } from 'react';

/** Line icons on a grid of 20; they take the text's colour and size and are hidden from screen readers. */
function Icon({ children }: { readonly children: ReactNode }) {
  return (
    <svg className="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false">
      {children}
    </svg>
  );
}

/** Three feathers of a wing. */
export function WingMark() {
  return (
    <svg className="wing" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <path className="feather-1" d="M5 27C6 14.5 14 6 28 4c-.6 7-3.6 11.5-8.5 14.2C15.3 20.5 9.5 22 5 27Z" />
      <path
        className="feather-2"
        d="M5 27c5.2-4.2 10.5-5 15.5-5.6 2-.25 3.7-.7 5.2-1.5-1.6 4.4-4.7 6.5-8.9 6.9-4 .35-7.8-.6-11.8.2Z"
      />
    </svg>
  );
}

export const SendIcon = () => (
  <Icon>
    <path d="M10 16V4M5 9l5-5 5 5" />
  </Icon>
);
export const StopIcon = () => (
  <Icon>
    <rect x="6" y="6" width="8" height="8" rx="1" fill="currentColor" />
  </Icon>
);
export const PlusIcon = () => (
  <Icon>
    <path d="M10 4v12M4 10h12" />
  </Icon>
);
export const NewChatIcon = () => (
  <Icon>
    <path d="M9 4H5.5A1.5 1.5 0 0 0 4 5.5v9A1.5 1.5 0 0 0 5.5 16h9a1.5 1.5 0 0 0 1.5-1.5V11M15 3.5l1.5 1.5L11 10.5 8.8 11.2 9.5 9z" />
  </Icon>
);
export const DocumentsIcon = () => (
  <Icon>
    <path d="M6 3h5.5L15 6.5V17H6zM11 3v4h4M8.5 10.5h4M8.5 13.5h4" />
  </Icon>
);
export const SourcesIcon = () => (
  <Icon>
    <path d="M4 5h12M4 10h12M4 15h7" />
  </Icon>
);
export const CloseIcon = () => (
  <Icon>
    <path d="m5 5 10 10M15 5 5 15" />
  </Icon>
);
export const BackIcon = () => (
  <Icon>
    <path d="M16 10H4M9 5l-5 5 5 5" />
  </Icon>
);
export const ChevronIcon = () => (
  <Icon>
    <path d="m6 8 4 4 4-4" />
  </Icon>
);
export const ArrowDownIcon = () => (
  <Icon>
    <path d="M10 4v12M5 11l5 5 5-5" />
  </Icon>
);
export const ArrowIcon = () => (
  <Icon>
    <path d="M4 10h12M11 5l5 5-5 5" />
  </Icon>
);
export const CopyIcon = () => (
  <Icon>
    <path d="M7 7h9v9H7zM13 7V4H4v9h3" />
  </Icon>
);
export const CheckIcon = () => (
  <Icon>
    <path d="m4 10.5 4 4L16 6" />
  </Icon>
);
export const RetryIcon = () => (
  <Icon>
    <path d="M15.5 8A6 6 0 1 0 16 11.5M16 4v4h-4" />
  </Icon>
);
export const TrashIcon = () => (
  <Icon>
    <path d="M4 6h12M8 6V4h4v2M6 6l.7 10h6.6L14 6M8.7 9v4M11.3 9v4" />
  </Icon>
);
export const WarningIcon = () => (
  <Icon>
    <path d="M10 3.5 17.5 16.5h-15zM10 8.5v4M10 14.5v.1" />
  </Icon>
);
export const SunIcon = () => (
  <Icon>
    <circle cx="10" cy="10" r="3.2" />
    <path d="M10 2.5v2M10 15.5v2M2.5 10h2M15.5 10h2M4.7 4.7l1.4 1.4M13.9 13.9l1.4 1.4M15.3 4.7l-1.4 1.4M6.1 13.9l-1.4 1.4" />
  </Icon>
);
export const MoonIcon = () => (
  <Icon>
    <path d="M16 11.8A6.5 6.5 0 0 1 8.2 4a6.5 6.5 0 1 0 7.8 7.8Z" />
  </Icon>
);
export const AutoThemeIcon = () => (
  <Icon>
    <circle cx="10" cy="10" r="6.5" />
    <path d="M10 3.5v13a6.5 6.5 0 0 0 0-13Z" fill="currentColor" />
  </Icon>
);
export const PencilIcon = () => (
  <Icon>
    <path d="M4 16l.7-3.2 8.6-8.6 2.5 2.5-8.6 8.6zM11.8 5.7l2.5 2.5" />
  </Icon>
);
export const ConversationsIcon = () => (
  <Icon>
    <path d="M3.5 4.5h9v6.5h-5l-2.5 2.2V11H3.5zM15 7.5h1.5V14H15v2.2L12.5 14H9" />
  </Icon>
);
export const PreviousIcon = () => (
  <Icon>
    <path d="m12 6-4 4 4 4" />
  </Icon>
);
export const NextIcon = () => (
  <Icon>
    <path d="m8 6 4 4-4 4" />
  </Icon>
);
