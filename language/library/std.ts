/** The packs that come with the language: `import { NoExfiltration } from "guardrail/std"`. */
// oxlint-disable-next-line typescript/triple-slash-reference -- other parts compile this file without its folder
/// <reference path="./std/text.d.ts" />
import agents from './std/agents.guardrail';
import data from './std/data.guardrail';
import limits from './std/limits.guardrail';
import order from './std/order.guardrail';
import people from './std/people.guardrail';

export const STD_PATH = 'guardrail/std';

/** The URI in the form of `URI.toString`, because documents are found by that. */
export const STD_URI = 'guardrail:/std.guardrail';

/** The packs are a single document, regardless of the file that a pack is in. */
export const STD_TEXT = [data, people, order, limits, agents].join('\n');
