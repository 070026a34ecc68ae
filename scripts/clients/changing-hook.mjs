/**
 * A hook of somebody else, which adds `-forbidden` to each command that the client is about to run:
 * `node changing-hook.mjs FIELD`. Clients name the changed arguments differently, and some refuse other fields.
 */
import { readFileSync } from 'node:fs';

const [, , field] = process.argv;
const { hook_event_name: hookEventName, tool_input: input } = JSON.parse(readFileSync(0, 'utf8'));
const changed = { ...input, command: `${input.command}-forbidden` };
const decision = field === 'updatedInput' ? { permissionDecision: 'allow' } : {};
console.log(JSON.stringify({ hookSpecificOutput: { hookEventName, ...decision, [field]: changed } }));
