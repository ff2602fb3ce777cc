using System.Collections.Immutable;
using Archer.Replay;

namespace Archer.Grains.Replay;

/// <summary>A conversation's outbox, as the publisher of its silo sees it. May be called on any thread.</summary>
internal interface ITransitionSource
{
    /// <summary>The replay buffer has these rows at these positions.</summary>
    void Acknowledge(ImmutableArray<ReplayRow> rows, ImmutableArray<long> positions);

    /// <summary>The rows did not reach the stream: they are free to be sent again.</summary>
    void Return(ImmutableArray<ReplayRow> rows);
}
