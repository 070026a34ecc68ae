/** Values of options, checked while they are read. */
import { InvalidArgumentError } from 'commander';
import type { ReportFormat } from './reports/formats.js';
import { REPORT_FORMATS } from './reports/formats.js';

/** A whole number of at least one. */
export function positiveInteger(text: string): number {
    const value = Number(text);
    if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < 1) {
        throw new InvalidArgumentError('It is a whole number of at least 1.');
    }
    return value;
}

/** Seconds, fractions included, in milliseconds. */
export function seconds(text: string): number {
    const value = Number(text);
    if (!/^\d+(\.\d+)?$/.test(text) || !(value > 0) || value > 1e9) {
        throw new InvalidArgumentError('It is a number of seconds above 0.');
    }
    return value * 1000;
}

export interface OutputFile {
    readonly format: ReportFormat;
    readonly path: string;
}

/** `json=report.json`, once for each file. */
export function outputFile(text: string, before: readonly OutputFile[]): readonly OutputFile[] {
    const at = text.indexOf('=');
    const format = REPORT_FORMATS.find((known) => known === text.slice(0, at));
    const path = text.slice(at + 1);
    if (at < 0 || format === undefined || path === '') {
        throw new InvalidArgumentError(`It is FORMAT=FILE, with ${REPORT_FORMATS.join(' or ')} for FORMAT.`);
    }
    return [...before, { format, path }];
}
