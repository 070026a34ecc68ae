/** This is a separate file, because otherwise every start of the command would load the library that selects files. */
import { relative } from 'node:path';

/** The path relative to the working directory, with forward slashes; absolute only on another drive. */
export function displayPath(file: string, cwd: string): string {
    const path = relative(cwd, file);
    return (path === '' ? '.' : path).replaceAll('\\', '/');
}
