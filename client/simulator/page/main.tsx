/** The page of the simulator. */
import { render } from 'preact';
import { Simulator } from './app.js';
import type { SavedSimulator, SimulatorFromView } from '../messages.js';
import './simulator.css';

/** Of VS Code, once for a page. */
declare function acquireVsCodeApi(): {
    postMessage(message: SimulatorFromView): void;
    setState(state: SavedSimulator): void;
};

const host = acquireVsCodeApi();
const root = document.getElementById('root');
if (root) {
    render(<Simulator send={(message) => host.postMessage(message)} save={(state) => host.setState(state)} />, root);
}
