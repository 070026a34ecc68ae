/** The packs that come with the language: `import { NoExfiltration } from "guardrail/std"`. */
export const STD_PATH = 'guardrail/std';

/** Written as `URI.toString` writes it, since documents are found by that. */
export const STD_URI = 'guardrail:/std.guardrail';

export const STD_TEXT = `/**
 * Nothing read from \`source\` reaches \`sink\` unless \`gate\` approves the very call.
 *
 * It does not matter which agent reads: agents pass on what they know.
 */
pack NoExfiltration(source: tools, sink: tools = external tools, gate: human) {
  require approval by gate for sink when once released source
  claim: never sink after released source unless approved by gate
}

/**
 * Private data, text from outside and a way out never meet without a person (the lethal trifecta): an agent that carries
 * both labels sends only what \`gate\` has approved.
 */
pack LethalTrifecta(private: label, untrusted: label, sink: tools = external tools, gate: human) {
  require approval by gate for sink when carries private and carries untrusted
  claim: never sink when carries private and carries untrusted unless approved by gate
}

/** What nothing undoes, a person sees first. */
pack ApproveIrreversible(gate: human, actions: tools = irreversible tools, lasting: duration = 15m) {
  require approval by gate for actions valid lasting
  claim: actions requires approved by gate
}

/** Segregation of duties: who has done \`work\` does not \`sign\` for it. */
pack FourEyes(work: tools, sign: tools) {
  deny sign when once released work by caller because "who does the work does not sign for it"
  claim: never sign when once released work by caller
}

/** Tests come before the merge, the merge before the deployment, each time anew. */
pack OrderedRelease(test: tools, merge: tools, deploy: tools) {
  order test before merge before deploy
  claim: merge requires once test
  claim: deploy requires once merge
}

/** What was read is written only after it was transformed, such as masked or summarized; a new read asks for it anew. */
pack ReadTransformWrite(read: tools, transform: tools, write: tools) {
  deny write when no transform since released read because "what was read has to be transformed first"
  claim: never write after released read until transform
}
`;
