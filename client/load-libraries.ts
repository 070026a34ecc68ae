/** Loads the second bundle of the extension (`libraries.ts`), in both Node and browsers. */
import * as vscode from 'vscode';
import type * as libraries from './libraries.js';

export type Libraries = typeof libraries;

/**
 * The interface of that bundle (`esbuild.mjs`). VS Code provides `vscode` only to a file that it has loaded itself, so
 * this file passes it on.
 */
interface LibrariesModule {
    default(require: NodeJS.Require): Libraries;
}

let loaded: Libraries | undefined;

/** Rejects if the file cannot be read; it may be called again then. */
export async function loadLibraries(extension: vscode.Uri): Promise<Libraries> {
    const file = vscode.Uri.joinPath(extension, 'dist', 'client-libraries.js');
    // The bundle is a module, because `require` finds no files in a browser.
    const module = (await import(file.toString(file.scheme !== 'file'))) as LibrariesModule;
    return (loaded ??= module.default(require));
}
