/** Bundles the programs of bench/ for Node, and returns the folder with `NAME.mjs` for each entry point `{ NAME: path }`. */
export function bundleMeasurements(name: string, entryPoints: Readonly<Record<string, string>>): Promise<string>;
export const root: string;
