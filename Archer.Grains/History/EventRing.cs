using System.Collections.Immutable;
using System.Globalization;
using Archer.Client.History;

namespace Archer.Grains.History;

/// <summary>
/// The newest events, shared by all who watch: a reader only remembers the last id that it saw, so one that is slow costs nothing and is told
/// to begin anew when its place is gone. Ids of another run are gone by definition.
/// </summary>
/// <param name="run">Differs between any two runs.</param>
internal sealed class EventRing(long run)
{
    /// <summary>Events that are remembered.</summary>
    public const int Size = 1_024;

    /// <summary>Most events of one page.</summary>
    public const int PageSize = 256;

    private readonly Queue<AgentEvent> _events = new();
    private long _last;

    /// <summary>Id of the newest event.</summary>
    public string Last => IdOf(_last);

    public void Add(Func<string, AgentEvent> make)
    {
        _events.Enqueue(make(IdOf(++_last)));
        if (_events.Count > Size)
        {
            _events.Dequeue();
        }
    }

    /// <summary>Forgets every event; whoever watches is told to begin anew.</summary>
    public void Clear()
    {
        _events.Clear();
        _last++;
    }

    /// <summary>Events after an id; a single reset when the id's place is gone.</summary>
    public ImmutableArray<AgentEvent> After(string id)
    {
        var known = id.Split('-') is [var itsRun, var number]
            && itsRun == run.ToString("x", CultureInfo.InvariantCulture)
            && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var seen)
            && seen <= _last && seen >= _last - _events.Count
            ? seen
            : (long?)null;
        return known is { } place
            ? [.. _events.Skip(_events.Count - (int)(_last - place)).Take(PageSize)]
            : [new AgentEvent { Id = Last, Type = AgentEventType.Reset }];
    }

    private string IdOf(long number) => string.Create(CultureInfo.InvariantCulture, $"{run:x}-{number}");
}
