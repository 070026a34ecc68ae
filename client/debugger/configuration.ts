/** Completes launch configurations: the defaults are the policy in the editor, and the session at the cursor. */
import * as vscode from 'vscode';
import type { PolicyResult, ShowSessionParams, Source } from '../../server/lsp/protocol.js';
import { hasSession } from '../../server/wording/verdicts.js';
import { activePolicy } from '../active-policy.js';
import { type CheckContext, resultOf } from '../check-with-progress.js';
import { pickSteppable } from '../pick-session.js';

export const TYPE = 'guardrail';
const EMPTY: vscode.DebugConfiguration = { type: TYPE, request: 'launch', name: 'Guardrail' };

/** The properties that our launch configurations have. */
interface LaunchProperties {
    readonly policy?: string;
    readonly claim?: string;
    readonly scenario?: string;
}

/** The configuration for the session; without one, for the session at the cursor, or for one that the user picks. */
export function configurationOf(session: ShowSessionParams | undefined): vscode.DebugConfiguration {
    return session ? { ...EMPTY, name: session.name, policy: session.uri, [session.kind]: session.name } : EMPTY;
}

/** The session uses the text in the editor: nothing has to be saved, and a new policy has no file yet. */
export function startDebugging(configuration: vscode.DebugConfiguration): Thenable<boolean> {
    return vscode.debug.startDebugging(undefined, configuration, { suppressSaveBeforeStart: true });
}

/**
 * The URI of a path in a launch configuration, which may itself be a URI: for files that are not saved, or not on disk.
 */
export function policyUri(path: string): vscode.Uri {
    if (/^[a-z][a-z0-9+.-]+:/i.test(path)) {
        return vscode.Uri.parse(path);
    }
    const file = vscode.Uri.file(path);
    // `${file}` is a path even in a virtual workspace.
    const folders = vscode.workspace.workspaceFolders ?? [];
    const isVirtual = folders.every(({ uri }) => uri.scheme !== 'file');
    return isVirtual && folders[0] ? folders[0].uri.with({ path: file.path }) : file;
}

export function withPolicy(configuration: vscode.DebugConfiguration): vscode.DebugConfiguration | undefined {
    const policy = (configuration as LaunchProperties).policy ?? activePolicy()?.toString();
    if (policy === undefined) {
        void vscode.window.showInformationMessage(
            vscode.l10n.t('Open a policy (a .guardrail file) to step through a session of it.')
        );
        return undefined;
    }
    // F5 without a configuration provides one with blank properties.
    const given = Object.fromEntries(Object.entries(configuration).filter(([, value]) => value !== ''));
    return { ...EMPTY, ...given, policy };
}

export async function withSession(
    configuration: vscode.DebugConfiguration,
    context: CheckContext
): Promise<vscode.DebugConfiguration | undefined> {
    const { policy, claim, scenario } = configuration as LaunchProperties;
    if (policy === undefined || claim !== undefined || scenario !== undefined) {
        return configuration;
    }
    const uri = policyUri(policy);
    const result = await resultOf(context, uri);
    const chosen = result && (sessionAtCursor(uri, result) ?? (await pickSteppable(uri, result)));
    // A configuration from launch.json keeps its name.
    const name = configuration.name === EMPTY.name ? chosen?.name : configuration.name;
    return chosen && { ...configuration, ...(name && { name }), [chosen.kind]: chosen.name };
}

function sessionAtCursor(uri: vscode.Uri, { claims, scenarios }: PolicyResult): ShowSessionParams | undefined {
    const editor = vscode.window.activeTextEditor;
    if (editor?.document.uri.toString() !== uri.toString()) {
        return undefined;
    }
    const { line } = editor.selection.active;
    const isHere = (source: Source): boolean =>
        source.uri === uri.toString() && source.start.line <= line && line <= source.end.line;
    const scenario = scenarios.find(({ source }) => isHere(source));
    const claim = claims.find((each) => hasSession(each) && isHere(each.usedAt ?? each.source));
    const [kind, found] = scenario ? (['scenario', scenario] as const) : (['claim', claim] as const);
    return found && { uri: uri.toString(), kind, name: found.name };
}
