/** Asks the user to choose a template. */
import { createInterface } from 'node:readline/promises';
import { type Template, TEMPLATES } from './templates.js';

/** Undefined if the input ends without a valid number or name. */
export async function chooseTemplate(
    input: NodeJS.ReadableStream,
    output: NodeJS.WritableStream
): Promise<Template | undefined> {
    const lines = TEMPLATES.map(({ name, summary }, index) => `  ${index + 1}  ${name}: ${summary}\n`);
    output.write(`What is the policy about?\n${lines.join('')}`);
    const question = createInterface({ input, output });
    question.setPrompt(`1-${TEMPLATES.length}: `);
    try {
        question.prompt();
        for await (const line of question) {
            const answer = line.trim();
            const chosen = TEMPLATES.find(({ name }, index) => answer === name || answer === String(index + 1));
            if (chosen) {
                return chosen;
            }
            question.prompt();
        }
        return undefined;
    } finally {
        question.close();
    }
}
