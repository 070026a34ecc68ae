/** Decides and explains calls by the policy that settings are lowered to. */
import type { Policy } from '../../server/model/policy/policy.js';
import type { Arguments } from '../../server/model/policy/conditions.js';
import { type Answer, answerOf } from '../../server/settings/answers.js';
import { auditSettings } from '../../server/settings/audit.js';
import { explainCall, type Explanation } from '../../server/settings/explain.js';
import { declarationsOf, lowerMatches, lowerSettings } from '../../server/settings/lower.js';
import type { Client, SettingsFile } from '../../server/settings/settings.js';
import { toolsOfClient } from '../../server/settings/inventories/client-tools.js';
import { importSettings } from '../../server/settings/import.js';
import { initial } from '../../server/model/advance.js';
import { decide } from '../../server/model/decide.js';
import { policyIn } from '../../server/workspace/load-policy.js';
import { PolicyWorkspace } from '../../server/workspace/policy-workspace.js';

export type Decide = (tool: string, args: Arguments) => Answer['decision'];

export async function deciderOf(client: Client, files: readonly SettingsFile[], folder = '/repo'): Promise<Decide> {
    const declarations = declarationsOf(client, toolsOfClient(client.name) ?? []);
    const policy = await policyOf(
        lowerSettings(client, auditSettings(client, files).reading, declarations, folder).text
    );
    return (tool, args) => answerOf(client, policy, tool, args).decision;
}

/** Explains a shell line. */
export async function explainerOf(
    client: Client,
    files: readonly SettingsFile[]
): Promise<(line: string) => Explanation> {
    const declarations = declarationsOf(client, toolsOfClient(client.name) ?? []);
    const { reading } = auditSettings(client, files);
    const tool = client.tools.shell;
    const matches = lowerMatches(client, reading, declarations, '/repo', tool);
    const policy = await policyOf(lowerSettings(client, reading, declarations, '/repo').text);
    const matching = await policyOf(matches.text);
    return (command) => explainCall(client, policy, matching, matches, { tool, args: { command } });
}

/** Decides calls by the policy that `guardrail import settings` writes. */
export async function importedDeciderOf(client: Client, files: readonly SettingsFile[]): Promise<Decide> {
    const declarations = declarationsOf(client, toolsOfClient(client.name) ?? []);
    const audit = auditSettings(client, files);
    const { text } = importSettings(client, files, audit, declarations, '/repo', ({ path }) => path);
    const policy = await policyOf(`policy settings\nleave other tools to the client\nhuman user\n${text}`);
    return (tool, args) => {
        const index = policy.tools.findIndex(({ name }) => name === `${client.name}.${tool}`);
        const decision = decide(policy, initial(policy), { agent: 0, tool: index, args });
        return decision.kind === 'waits' ? 'not known' : decision.kind;
    };
}

/** Loads the text of a policy. */
export async function policyOf(text: string): Promise<Policy> {
    const workspace = new PolicyWorkspace();
    return policyIn(workspace, await workspace.loadText(text, 'settings.guardrail'), 'settings.guardrail');
}
