/** The text of the page with the tables of measurements. */
export function tablesIn(page: string): string;
export function writeTables(): Promise<void>;
