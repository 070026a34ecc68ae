/** The text of the page with the measured tables. */
export function tablesIn(page: string): string;
export function writeTables(): Promise<void>;
