/** Two versions of the settings of a coding agent: what the change lets through, as of the policies that they are. */
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { DifferenceResult, StatementChange } from '../../../checker/difference/index.js';
import type { Policy, Source } from '../../../model/policy/policy.js';
import { clientOf, projectOf } from '../../../settings/client-list.js';
import { settingsChanges } from '../../../settings/changes.js';
import { toolsOfClient } from '../../../settings/inventories/client-tools.js';
import { declarationsOf, type LoweredSettings } from '../../../settings/lower.js';
import { asWritten, inSettings, MOST_RULES } from '../../../settings/sessions.js';
import type { Client, Place, SettingsFile } from '../../../settings/settings.js';
import { CodedError, EXIT } from '../../../workspace/errors.js';
import { hashOf } from '../../../workspace/hash.js';
import { policyIn } from '../../../workspace/load-policy.js';
import { readPolicyText } from '../../../workspace/policy-text.js';
import { PolicyWorkspace } from '../../../workspace/policy-workspace.js';
import { RevisionFileSystem, revisionPath, revisionUri } from '../../git/files.js';
import { revisionName } from '../../git/name.js';
import { GitTree } from '../../git/tree.js';
import type { FileReport } from '../../reports/check-report.js';
import { pathFrom } from '../../reports/context.js';
import type { DifferenceReport, ReadFiles } from '../../reports/difference.js';
import { sources } from '../audit/settings-files.js';

export type ComparedSettings = Pick<DifferenceReport, 'old' | 'new' | 'files' | 'read' | 'changes' | 'result'>;

interface Version {
    readonly file: SettingsFile;
    readonly uri: string;
    readonly shown: string;
    readonly sourceOf: (place: Place) => Source;
}

/** True for the name of a file of settings, in a revision or on disk. */
function clientOfName(name: string, cwd: string): Client | undefined {
    return clientOf(`/${(revisionName(name, cwd)?.path ?? resolve(cwd, name)).replaceAll('\\', '/')}`);
}

/**
 * The comparison without its exit code; undefined if neither name is that of a file of settings. Rejects with GR902 if the
 * two are of different clients, and with GR708 for too many rules.
 */
export async function comparedSettings(
    old: string,
    young: string,
    cwd: string,
    compare: (old: Policy, young: Policy) => DifferenceResult
): Promise<ComparedSettings | undefined> {
    const clients = [clientOfName(old, cwd), clientOfName(young, cwd)];
    const client = clients[0] ?? clients[1];
    if (!client) {
        return undefined;
    }
    if (clients.some((one) => one && one !== client)) {
        throw new CodedError(
            'GR902',
            `${old} and ${young} are settings of two clients`,
            'Name two versions of one file.'
        );
    }
    const versions = [versionOf(old, cwd), versionOf(young, cwd)] as const;
    const folder = projectOf(client, versions[1].file.path.replaceAll('\\', '/'));
    const declarations = declarationsOf(client, toolsOfClient(client.name) ?? []);
    const [before, after] = versions;
    const changes = settingsChanges(client, [before.file], [after.file], declarations, folder);
    const files = versions.map(({ uri, shown, file, sourceOf }, index): FileReport => ({
        uri,
        path: shown,
        kind: 'settings',
        text: file.text,
        diagnostics: changes.audits[index]!.problems.filter(({ level }) => level === 'error').map(
            ({ code, level, message, place }) => ({ code, severity: level, message, source: sourceOf(place) })
        )
    }));
    const about = { old: before.shown, new: after.shown, files };
    if (files.some(({ diagnostics }) => diagnostics.length > 0)) {
        return about;
    }
    const most = Math.max(...changes.audits.map(({ reading }) => reading.rules.length));
    if (most > MOST_RULES) {
        throw new CodedError(
            'GR708',
            `${client.title} has ${most} rules here, and sessions are looked for among at most ${MOST_RULES}`,
            'Merge rules that differ in one word, or leave out those that never act.',
            EXIT.undecided
        );
    }
    const written = new Map(
        versions.flatMap(({ sourceOf }, index) => [
            ...changes.audits[index]!.reading.rules.map(
                ({ place, action, text }) => [JSON.stringify(sourceOf(place)), `${action} ${text}`] as const
            )
        ])
    );
    const result = compare(await policyOf(changes.old, before), await policyOf(changes.young, after));
    const named = asWritten(result, written) as DifferenceResult;
    const isDoubted = changes.others.length > 0 && result.verdict !== 'differs';
    return {
        ...about,
        read: { old: readOf(before), new: readOf(after) },
        ...(changes.statements.length > 0 && {
            changes: changes.statements.map(({ isNew, place, ...rest }): StatementChange => ({
                ...rest,
                source: (isNew ? after : before).sourceOf(place)
            }))
        }),
        result: isDoubted
            ? {
                  ...named,
                  verdict: 'undecided',
                  explanation: `The rules decide nothing differently, but ${changes.others.join('; ')}.`
              }
            : named
    };
}

function versionOf(name: string, cwd: string): Version {
    const revised = revisionName(name, cwd);
    if (!revised) {
        const path = resolve(cwd, name);
        const file = { path, text: readPolicyText(path), of: 'user' } as const;
        return {
            file,
            uri: pathToFileURL(path).toString(),
            shown: pathFrom(cwd)(pathToFileURL(path).toString()),
            sourceOf: sources([file])
        };
    }
    const tree = GitTree.open(revised.revision, cwd);
    const path = tree.locate(revised.path, cwd);
    const uri = revisionUri(path, tree.revision);
    const file = { path, text: new RevisionFileSystem(tree).readFileSync(uri), of: 'user' } as const;
    const sourceOf = sources([file]);
    return {
        file,
        uri: uri.toString(),
        shown: revisionPath(uri.toString(), tree) ?? name,
        sourceOf: (place) => ({ ...sourceOf(place), uri: uri.toString() })
    };
}

async function policyOf(lowered: LoweredSettings, { sourceOf }: Version): Promise<Policy> {
    const workspace = new PolicyWorkspace();
    const document = await workspace.loadText(lowered.text, 'settings.guardrail');
    const policy = policyIn(workspace, document, 'settings.guardrail');
    return inSettings(policy, document.uri.toString(), lowered, sourceOf);
}

function readOf({ file, shown }: Version): ReadFiles {
    const sha256 = hashOf(file.text);
    const path = shown.slice(Math.max(shown.lastIndexOf('/'), shown.lastIndexOf(':')) + 1);
    return { sha256: hashOf(`${sha256}  ${path}\n`), files: [{ path, sha256 }] };
}
