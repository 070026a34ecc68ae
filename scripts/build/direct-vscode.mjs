import { readFile } from 'node:fs/promises';

const IMPORT = /^import \* as vscode from 'vscode';$/m;

/**
 * An esbuild plugin: `vscode` is the object that `require` returns. For an import, esbuild would copy it, name by name,
 * in every file that has one. It has almost 500 names, and copying them takes longer than everything else at
 * activation.
 */
export const directVscode = {
    name: 'direct-vscode',
    setup(build) {
        build.onLoad({ filter: /[\\/]client[\\/].*\.ts$/ }, async ({ path }) => {
            const text = await readFile(path, 'utf8');
            return { contents: text.replace(IMPORT, "const vscode = require('vscode');"), loader: 'ts' };
        });
    }
};
