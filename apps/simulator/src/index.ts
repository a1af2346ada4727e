// What the command line and tests use of the simulator.

export type { Progress, RunOptions } from './acting/running.js';
export type { Adapter, AdapterOptions, Joining, Transport } from './adapters/adapter.js';
export { type CouchOptions, createCouchAdapter } from './adapters/couchdb.js';
export { type CouchServer, startCouch } from './adapters/couchdb-server.js';
export { createStetAdapter, type StetAdapterOptions } from './adapters/stet/stet.js';
export { createTutorialAdapter } from './adapters/tutorial.js';
export { check } from './checker/check.js';
export { ruleWords } from './checker/rules.js';
export { story } from './checker/story.js';
export type { Broken, Check, Verdict } from './checker/verdict.js';
export { type Choosing, choices, type Editor, type Holding, type SaveState } from './editors/editor.js';
export type { EventOf, Fields, HistoryEvent, Kind, Op, Result, Told, Unstamped, Version } from './history/event.js';
export { createReader, type ReadEvent } from './history/read.js';
export { createRecorder, type Recorder } from './history/recorder.js';
export { type FaultyNetOptions, faultyNet } from './network/faulty-net.js';
export type { Net, Through } from './network/net.js';
export { installSkew, withSkew } from './network/skew.js';
export { type Playing, play, type Scenery, type Stage } from './play.js';
export { type Random, randomOf } from './random.js';
export type { Figures } from './report/figures.js';
export { generator, htmlOf } from './report/html.js';
export { jsonOf } from './report/json.js';
export { type Glance, liveLine, type Phase, stageText } from './report/live.js';
export { type About, brokenOf, headline, type Outcome, runLine } from './report/outcome.js';
export { type Paint, plain, type Style, summaryText } from './report/summary.js';
export { createTally, figuresOf, type Tally } from './report/tally.js';
export { type Ran, runPlan } from './run.js';
export type * from './scenario/plan.js';
export { planOf, tooMuch } from './scenario/plan-of.js';
export { type ReadScenario, readScenario } from './scenario/read.js';
export { defaultScenario, readyScenarios } from './scenario/ready.js';
export { scenarioOfPlan } from './scenario/replay.js';
export { type Faults, type People, type Scenario, scenarioSchema } from './scenario/scenario.js';
export { replayOf } from './shrink/replay.js';
export { type Shrinking, type Shrunk, shrink } from './shrink/shrink.js';
export { type Simulated, type Simulating, simulate } from './simulate.js';
export {
  couchStage,
  inProcessStage,
  type OwnServers,
  ownStage,
  runningStage,
  type Servers,
  type StartOptions,
  tutorialStage,
} from './stages.js';
export type { Core, CoreAnswer, CoreAsk, CoreLine, CoreNode, CoreOptions, StartCore } from './world/core.js';
export { inWorld, type World, type WorldOptions } from './world/in-world.js';
export { type VirtualNetOptions, virtualNet } from './world/virtual-net.js';
