// A stand-in until search is written.

/** @import { Scene } from "./scene.js" */
import { make } from "./dom.js";

export class Search {
  /** @param {Scene} scene */
  constructor(scene) {
    this.element = make("span", { hidden: scene.signal.aborted });
  }
}
