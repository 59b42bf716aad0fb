/** Bytes of a megabyte, wherever an option, a message or a table counts in them. */
export const MEGABYTE = 1024 * 1024;
