using System.Security.Cryptography;
using Archer.Embedded.Activations;
using Orleans.Runtime;

namespace Archer.Embedded.Streams;

/// <summary>A subscription to a stream: of a grain, or of an observer outside of grains.</summary>
/// <param name="Id">Its identity.</param>
/// <param name="Stream">The stream.</param>
internal abstract record StreamSubscription(Guid Id, StreamId Stream)
{
    /// <summary>Whether it follows from an attribute of the grain class.</summary>
    public bool IsImplicit { get; init; }
}

/// <summary>A subscription of a grain.</summary>
internal sealed record GrainSubscription(Guid Id, StreamId Stream, GrainClass Class, IdSpan Key) : StreamSubscription(Id, Stream)
{
    /// <summary>The subscription that a class has to a stream by attribute: the same identity in every run.</summary>
    public static GrainSubscription Implicit(string provider, StreamId stream, GrainClass grainClass)
    {
        var name = System.Text.Encoding.UTF8.GetBytes($"{provider}/{stream}/{grainClass.GrainType}");
        var id = new Guid(SHA256.HashData(name).AsSpan(0, 16));
        return new GrainSubscription(id, stream, grainClass, stream.KeySpan) { IsImplicit = true };
    }
}

/// <summary>A subscription from outside of grains, which ends with the process.</summary>
internal sealed record ClientSubscription(Guid Id, StreamId Stream) : StreamSubscription(Id, Stream)
{
    /// <summary>The observer.</summary>
    public IStreamReceiver? Receiver { get; set; }
}
