/** Shows the obstacles, or the steps with unexpected decisions, each with its place. */
import { placeText } from '../../server/wording/format.js';
import type { Problem, SessionContent } from './messages.js';

export interface ProblemsProps {
    readonly problems: readonly Problem[];
    readonly reveal: (source: SessionContent['source']) => void;
}

export function Problems({ problems, reveal }: ProblemsProps) {
    if (problems.length === 0) {
        return null;
    }
    return (
        <ul class="problems">
            {problems.map(({ text, source, rule }, index) => (
                <li key={index}>
                    {text}{' '}
                    {source && (
                        <button class="rule-link" type="button" onClick={() => reveal(source)}>
                            {rule && <code>{rule}</code>}
                            <span class="place">{placeText(source)}</span>
                        </button>
                    )}
                </li>
            ))}
        </ul>
    );
}
