/** What the documents show, of all that the tests in the editor (test/e2e/suite) take pictures of. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { installDebianPackages, mustRun, onPath } from '../debian.mjs';
import { animation } from './animation.mjs';

/** Each is taken by one test, under this name. */
export const PICTURES = [
    'debugger-dark',
    'hover-dark',
    'new-policy-dark',
    'quick-fixes-dark',
    'repaired-dark',
    'scenario-kept-dark',
    'session-dark',
    'session-file-dark',
    'session-filter-dark',
    'session-light',
    'session-policy-dark',
    'session-replay-dark',
    'session-sequence-dark',
    'settings-dark',
    'simulator-light',
    'status-dark',
    'tests-dark',
    'walkthrough-dark'
];
/** Each is a folder of frames: test/e2e/suite/animation.ts. */
export const ANIMATIONS = ['repair'];

/** Of the colours of a picture; more cannot be distinguished in an editor's plain areas and letters. */
const QUALITY = '70-95';

/** Puts the pictures of folder `from` into folder `to`, and nothing else, as small as they can be without looking otherwise. */
export function keepPictures(from, to) {
    installDebianPackages(onPath('pngquant') ? [] : ['pngquant']);
    rmSync(to, { recursive: true, force: true });
    mkdirSync(to, { recursive: true });
    for (const name of PICTURES) {
        const target = join(to, `${name}.png`);
        mustRun('pngquant', [
            '--quality',
            QUALITY,
            '--speed',
            '1',
            '--strip',
            '--output',
            target,
            join(from, `${name}.png`)
        ]);
    }
    for (const name of ANIMATIONS) {
        writeFileSync(join(to, `${name}.gif`), animation(join(from, name)));
    }
    console.log(`${PICTURES.length + ANIMATIONS.length} pictures are in docs/images.`);
}
