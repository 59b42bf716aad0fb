const number = new Intl.NumberFormat('en');

/** Every text of the page. The type of this object is what other languages must fill. */
export const en = {
  switchLanguage: '한국어로 보기',
  productLine: 'Answers from your documents, with the passages they rest on.',
  skipToQuestion: 'Skip to the question',

  // Asking
  questionLabel: 'Your question',
  questionPlaceholder: 'Ask about your documents',
  questionHint: 'Enter sends, Shift+Enter starts a new line',
  send: 'Send',
  stop: 'Stop',
  newChat: 'New chat',
  tryAsking: 'Try asking',
  whatDoesItSay: (title: string) => `What does “${title}” say?`,
  model: 'Model',
  extractiveModel: 'Quotes from documents',
  defaultModel: (name: string) => `${name} (default)`,

  // Answering
  conversation: 'Conversation',
  searching: 'Looking through the documents',
  answering: 'Answering',
  answered: 'The answer is complete.',
  stopped: 'Stopped. This answer is not complete.',
  cutAtLimit: 'The model reached its length limit; this answer ends early.',
  filtered: 'The model’s content filter ended this answer early.',
  emptyAnswer: 'The model sent an empty answer. Ask again, or ask differently.',
  copyAnswer: 'Copy answer',
  copyCode: 'Copy',
  copied: 'Copied',
  askAgain: 'Ask again',
  askAnew: 'Ask anew',
  keptAnswer: (when: string) => (when === '' ? 'Kept answer' : `Kept answer · ${when}`),
  editQuestion: 'Edit question',
  versions: 'Versions of this turn',
  versionOf: (position: number, count: number) => `Version ${position} of ${count}`,
  previousVersion: 'Previous version',
  nextVersion: 'Next version',
  showEarlierTurns: 'Show earlier turns',
  retry: 'Try again',
  jumpToEnd: 'Jump to the latest',
  extractiveServer: 'No language model is connected: answers quote your documents.',
  extractiveAnswer: 'Answered by quoting your documents.',
  extractiveRemedy: 'Connect a language model for written answers.',
  extractiveHow: 'How?',
  extractiveSteps: 'Start Narae with one of these and ask again:',

  // Conversations
  conversations: 'Conversations',
  conversationsNone: 'Nothing asked yet. Your conversations will stand here.',
  untitled: 'Untitled',
  rename: (title: string) => `Rename “${title}”`,
  renameLabel: 'New name',
  deleteConversation: (title: string) => `Delete “${title}”`,
  deleteConversationQuestion: 'Delete this conversation?',
  conversationDeleted: 'The conversation was deleted.',
  conversationGone: 'This conversation is not here',
  conversationGoneHint: 'It was deleted, has expired, or belongs to another key.',

  // Sources
  sources: 'Sources',
  sourcesOf: (count: number) => (count === 1 ? '1 source' : `${number.format(count)} sources`),
  noSources: 'No passage of this collection fits the question.',
  sourceLabel: (n: number, title: string) => `Source ${n}: ${title}`,
  openPassage: 'Open at the passage',

  // Documents
  documents: 'Documents',
  documentsOf: (count: number) => (count === 1 ? '1 document' : `${number.format(count)} documents`),
  passagesOf: (count: number) => (count === 1 ? '1 passage' : `${number.format(count)} passages`),
  noDocuments: 'Nothing here yet',
  noDocumentsHint: 'Drop files anywhere on this page, or choose them. Then ask.',
  indexing: 'Reading the documents',
  indexingHint: 'They appear here as soon as the first are in.',
  addFiles: 'Add files',
  dropHere: (collection: string) => `Drop to add to “${collection}”`,
  loadMore: 'Show more',
  uploaded: 'uploaded',
  deleteDocument: (title: string) => `Delete “${title}”`,
  deleteQuestion: 'Delete this document?',
  delete: 'Delete',
  cancel: 'Cancel',
  close: 'Close',
  back: 'Back',
  loading: 'Loading',
  openDocument: (title: string) => `Open “${title}”`,
  showEarlier: 'Show earlier text',
  showLater: 'Show later text',
  passageHere: 'The cited passage',
  languageNames: { ko: 'Korean', en: 'English', other: 'Other' },

  // Uploads
  uploads: 'Uploads',
  uploadWaiting: 'waiting',
  uploadSending: (percent: number) => `uploading ${percent}%`,
  uploadIndexing: 'indexing',
  uploadDone: (count: number) =>
    count === 1 ? 'ready · 1 passage' : `ready · ${number.format(count)} passages`,
  uploadCancelled: 'cancelled',
  uploadSkipped: (reason: string) => `skipped: ${reason}`,
  uploadTooLarge: (size: string, limit: string) =>
    `${size} is over the limit of ${limit}. Split the file, or raise the server’s limit.`,
  uploadTooMany: (limit: number) =>
    `Only the first ${number.format(limit)} files were taken. Add the rest afterwards.`,
  clearUploads: 'Clear',
  cancelUpload: (name: string) => `Cancel ${name}`,
  skipReasons: {
    hidden: 'hidden file',
    ignored: 'ignored by a pattern',
    binary: 'not text',
    'too-large': 'too large',
    unsupported: 'kind of file not supported',
    'symlink-outside': 'link out of the folder',
    empty: 'no text in it',
  } as Readonly<Record<string, string>>,

  // Collections
  collection: 'Collection',
  newCollection: 'New collection',
  newCollectionName: 'Name of the new collection',
  create: 'Create',

  // The key
  keyTitle: 'This server needs an API key',
  keyLabel: 'API key',
  keyRefused: 'The server does not accept this key. Check it and try again.',
  keyNote: 'It is kept in this tab only (session storage) and forgotten when you close it.',
  keySubmit: 'Continue',

  // Appearance
  themeAuto: 'Theme: as the system',
  themeLight: 'Theme: light',
  themeDark: 'Theme: dark',

  // Failures
  failedTitle: 'This did not work',
  cutTitle: 'The answer was cut off',
  unreachable: 'The server cannot be reached. Is Narae still running, and are you connected?',
  unauthorized: 'The server needs a valid API key.',
  incomplete:
    'The connection ended before the answer was complete. The text above is not a full answer; ask again.',
  stalled: (seconds: number) => `Nothing arrived for ${number.format(seconds)} seconds. Ask again.`,
  garbled: (status: number) =>
    `Something between this page and Narae answered in its place (status ${status}). If there is a proxy, check its settings.`,
  requestId: (id: string) => `Request ${id}`,
  connecting: 'Connecting',

  /** The server's errors by code. Empty here: the server itself speaks English. */
  serverErrors: {} as Readonly<Record<string, string>>,
};

export type Messages = typeof en;
