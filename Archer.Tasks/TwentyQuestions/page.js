// Twenty Questions on the page: a person thinks of a word and answers. The rewards are the simulated users'.
export const name = "game";
export const intro = "Think of one of these words, then answer its questions. It has twenty; each costs it 1, the one that finds your word costs nothing. Your game is learned from like every other.";
export const words = ["football", "dog", "banana", "truck", "pants", "computer", "piano", "chair", "pen", "scissors"];
export const opening = "Let's play.";
export const maxTurns = 20;
export const answers = [
  { name: "yes", label: "Yes", key: "y", text: "Yes." },
  { name: "no", label: "No", key: "n", text: "No." },
  { name: "invalid", label: "Invalid", key: "i", text: "Invalid question." },
];

const guess = /^(?:is it|could it be|are you thinking of|could the answer be) (?:an? |the |a pair of )?([a-z]+)$/;

/** The word that an utterance guesses; undefined when it guesses none. */
export const guessed = utterance => guess.exec(utterance.toLowerCase().replaceAll(/[^a-z ]/g, "").trim())?.[1];

/** What an answer to an utterance means: −1 for each, 0 for the one that wins. */
export function judge(utterance, answer) {
  const won = answer.name === "yes" && words.includes(guessed(utterance));
  return { reward: won ? 0 : -1, won };
}

/** How a game ended, in words. */
export const ended = (won, turns) => won ? `It found your word with utterance ${turns}` : "It did not find your word";
