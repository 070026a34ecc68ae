import { execFileSync } from 'node:child_process';
import { folder } from '../../guardrail.js';

/** A repository in which the files are committed, and tagged `before`. */
export function repository(files: Readonly<Record<string, string>>, root = folder(files)): string {
    const git = (...args: string[]): void => {
        execFileSync(
            'git',
            ['-c', 'user.name=a', '-c', 'user.email=a@example', '-c', 'init.defaultBranch=main', ...args],
            {
                cwd: root,
                stdio: 'ignore'
            }
        );
    };
    git('init');
    git('add', '-A');
    git('commit', '--no-gpg-sign', '-m', 'first');
    git('tag', 'before');
    return root;
}
