import * as vscode from 'vscode';
import type { Tone } from '../server/wording/verdicts.js';

/** The icon of a verdict in lists, as in the Test Explorer. */
export function toneIcon(tone: Tone): vscode.ThemeIcon {
    const [id, color] = TONES[tone];
    return new vscode.ThemeIcon(id, new vscode.ThemeColor(`testing.${color}`));
}

const TONES: Record<Tone, readonly [string, string]> = {
    good: ['pass', 'iconPassed'],
    bad: ['error', 'iconFailed'],
    partial: ['circle-large-outline', 'iconQueued'],
    warn: ['warning', 'iconQueued']
};
