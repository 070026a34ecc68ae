import type { Plugin } from 'esbuild';

export function smallRefa(): Plugin;
export function withoutTables(source: string): string;
