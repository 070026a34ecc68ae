/** The settings files of a project and of its user. */
import { homedir } from 'node:os';
import { pathToFileURL } from 'node:url';
import { globSync } from 'tinyglobby';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { Source } from '../../../model/policy/policy.js';
import { CLIENTS } from '../../../settings/client-list.js';
import type { Client, Place, SettingsFile } from '../../../settings/settings.js';
import { displayPath } from '../../../workspace/display-path.js';
import { CodedError } from '../../../workspace/errors.js';
import { readPolicyText } from '../../../workspace/policy-text.js';
import { type Problem, problemOf } from '../../reports/check-report.js';

/**
 * The settings files of a client in the project, and with `isWithHome` those in the home folder. A file that cannot be
 * read is one of the problems.
 */
export function settingsOf(
    client: Client,
    project: string,
    isWithHome: boolean,
    cwd: string,
    problems: Problem[]
): SettingsFile[] {
    const found = (globs: readonly string[], folder: string): string[] =>
        globs.flatMap((glob) => globSync(glob, { cwd: folder, dot: true, absolute: true }).sort());
    const paths = new Map<string, SettingsFile['of']>([
        ...found(client.files.project, project).map((path) => [path, 'project'] as const),
        ...(isWithHome ? found(client.files.home, homedir()) : []).map((path) => [path, 'user'] as const)
    ]);
    return [...paths].flatMap(([path, of]): SettingsFile[] => {
        try {
            return [{ path, text: readPolicyText(path), of }];
        } catch (error) {
            const { code, message, help, exit } = error as CodedError;
            problems.push(problemOf(new CodedError(code, `${displayPath(path, cwd)}: ${message}`, help, exit)));
            return [];
        }
    });
}

/** Turns places in the files into sources. */
export function sources(files: readonly SettingsFile[]): (place: Place) => Source {
    const documents = new Map(
        files.map(({ path, text }) => [path, TextDocument.create(pathToFileURL(path).toString(), '', 0, text)])
    );
    return ({ path, start, end }) => {
        const document = documents.get(path)!;
        return { uri: document.uri, start: document.positionAt(start), end: document.positionAt(end) };
    };
}

/** @throws CodedError (GR939) always */
export function noSettings(project: string, cwd: string): never {
    throw new CodedError(
        'GR939',
        `no settings of ${CLIENTS.map(({ title }) => title).join(', ')} are in ${displayPath(project, cwd) || 'this folder'}`,
        'Name the folder of the project, or add --user for the settings in your home folder.'
    );
}
