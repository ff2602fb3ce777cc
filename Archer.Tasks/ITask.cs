using System.Collections.Immutable;

namespace Archer.Tasks;

/// <summary>An environment that simulated users play with an agent: its rules as pure code, without a conversation or a clock.</summary>
public interface ITask
{
    /// <summary>Name in settings and on the command line.</summary>
    string Name { get; }

    /// <summary>Message that opens every episode; the agent's first utterance replies to it.</summary>
    string Opening { get; }

    /// <summary>Turns after which an episode terminates.</summary>
    int MaxTurns { get; }

    /// <summary>Largest answer noise that <see cref="Start"/> takes; 0 for a task without noise.</summary>
    double MaxNoise { get; }

    /// <summary>Returns that an agent's own can be compared with, best first.</summary>
    ImmutableArray<TaskLevel> Levels { get; }

    /// <summary>Names of the kinds of utterance, in the plural, for a chart of their shares; empty when the task tells none apart.</summary>
    ImmutableArray<string> UtteranceKinds { get; }

    /// <summary>Index into <see cref="UtteranceKinds"/>.</summary>
    int KindOf(string utterance);

    /// <summary>
    /// JavaScript module with which a person plays on the silo's page: exports <c>name, intro, words, opening, maxTurns, answers, judge, ended</c>. Null when only
    /// simulated users can play.
    /// </summary>
    string? PageModule { get; }

    /// <summary>A new episode; the same seed and the same utterances give the same episode.</summary>
    /// <param name="seed">Any value.</param>
    /// <param name="noise">Share of wrong answers, 0 to <see cref="MaxNoise"/>.</param>
    ITaskEpisode Start(ulong seed, double noise = 0);

    /// <summary>Exact returns of reference players in one line, to print beside an agent's mean.</summary>
    string Reference { get; }

    /// <summary>Numbers to report of a number of episodes, names in snake_case.</summary>
    /// <param name="counts">Sums of <see cref="ITaskEpisode.Counts"/>; empty without episodes.</param>
    /// <param name="episodes">Number of episodes.</param>
    IReadOnlyDictionary<string, double> Measure(ImmutableArray<long> counts, long episodes);

    /// <summary>The same in words: a title and a sentence for each line.</summary>
    IEnumerable<(string Title, FormattableString Text)> Describe(ImmutableArray<long> counts, long episodes);

    /// <summary>Episodes of a scripted player, to clone a base policy from.</summary>
    IEnumerable<Demonstration> Demonstrate(int episodes, ulong seed);
}

/// <summary>One episode while it is played. Not for several threads.</summary>
public interface ITaskEpisode
{
    /// <summary>The episode is over.</summary>
    bool IsTerminated { get; }

    /// <summary>It was won.</summary>
    bool IsWon { get; }

    /// <summary>Sum of the rewards so far.</summary>
    double Return { get; }

    /// <summary>What the agent has to find out; empty when the task hides nothing.</summary>
    string Hidden { get; }

    /// <summary>What <see cref="ITask.Measure"/> reads: how many utterances were what.</summary>
    ImmutableArray<long> Counts { get; }

    /// <summary>Answers the agent's next utterance.</summary>
    /// <exception cref="InvalidOperationException">The episode is over.</exception>
    TaskReply Hear(string utterance);
}

/// <summary>The user's answer to an utterance.</summary>
/// <param name="Text">What the user says.</param>
/// <param name="Reward">Reward of the utterance.</param>
public readonly record struct TaskReply(string Text, float Reward);

/// <summary>A return to compare an agent's with.</summary>
/// <param name="Value">Expected return of an episode.</param>
/// <param name="Name">Who earns it, such as <c>best possible</c>.</param>
/// <param name="ShortName">The same in one or two words.</param>
public sealed record TaskLevel(double Value, string Name, string ShortName);

/// <summary>One episode to imitate.</summary>
/// <param name="Messages">The user's and the agent's messages in turn, the user's first.</param>
/// <param name="Hidden">What the agent had to find out.</param>
public sealed record Demonstration(IReadOnlyList<DemonstrationMessage> Messages, string? Hidden);

/// <summary>A message of a demonstration.</summary>
/// <param name="IsAgent">The agent says it.</param>
/// <param name="Text">What is said.</param>
/// <param name="Imitate">False for an utterance that is shown and not imitated; means nothing on the user's messages.</param>
public sealed record DemonstrationMessage(bool IsAgent, string Text, bool Imitate = true);
