/** Decides calls by the policy that settings are lowered to. */
import type { Arguments } from '../../server/model/policy/conditions.js';
import { type Answer, answerOf } from '../../server/settings/answers.js';
import { auditSettings } from '../../server/settings/audit.js';
import { declarationsOf, lowerSettings } from '../../server/settings/lower.js';
import type { Client, SettingsFile } from '../../server/settings/settings.js';
import { toolsOfClient } from '../../server/cli/clients/client-tools.js';
import { policyIn } from '../../server/workspace/load-policy.js';
import { PolicyWorkspace } from '../../server/workspace/policy-workspace.js';

export type Decide = (tool: string, args: Arguments) => Answer['decision'];

export async function deciderOf(client: Client, files: readonly SettingsFile[], folder = '/repo'): Promise<Decide> {
    const declarations = declarationsOf(client, toolsOfClient(client.name) ?? []);
    const { text } = lowerSettings(client, auditSettings(client, files).reading, declarations, folder);
    const workspace = new PolicyWorkspace();
    const document = await workspace.loadText(text, 'settings.guardrail');
    const policy = policyIn(workspace, document, 'settings.guardrail');
    return (tool, args) => answerOf(client, policy, tool, args).decision;
}
