export const PICTURES: readonly string[];
export const ANIMATIONS: readonly string[];
export function keepPictures(from: string, to: string): void;
