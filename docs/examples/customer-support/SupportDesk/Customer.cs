using Archer.Client.Randomness;

namespace SupportDesk;

/// <summary>How a customer takes a reply.</summary>
internal enum Feedback
{
    /// <summary>No button is pressed.</summary>
    None,

    /// <summary>Thumbs up.</summary>
    Up,

    /// <summary>Thumbs down.</summary>
    Down,
}

/// <summary>A customer's reaction to a reply.</summary>
/// <param name="Feedback">Which button is pressed.</param>
/// <param name="Text">What the customer says next, or at last.</param>
/// <param name="Resolved">The wish is fulfilled, and the conversation over.</param>
/// <param name="Gone">The customer has lost patience: the conversation is over.</param>
internal readonly record struct Reaction(Feedback Feedback, string Text, bool Resolved, bool Gone)
{
    /// <summary>The conversation is over.</summary>
    public bool Over => Resolved || Gone;
}

/// <summary>A scripted customer: wants one thing, answers what is asked, is glad when it is done right, and leaves after four replies.</summary>
internal sealed class Customer
{
    /// <summary>Replies after which a customer leaves.</summary>
    public const int Patience = 4;

    private readonly Desk _desk;
    private SplitMix64 _random;
    private int _replies;

    /// <param name="desk">What can be wanted and said.</param>
    /// <param name="seed">Decides the wish and every word.</param>
    public Customer(Desk desk, ulong seed)
    {
        (_desk, _random) = (desk, new SplitMix64(seed));
        Wish = Pick(desk.Wishes);
        Opening = Pick(Wish.Openings);
    }

    /// <summary>What the customer wants.</summary>
    public Wish Wish { get; }

    /// <summary>The first words.</summary>
    public string Opening { get; }

    /// <summary>The desk knows what it has to know.</summary>
    public bool Asked { get; private set; }

    /// <summary>Hears a reply.</summary>
    public Reaction Hear(string reply)
    {
        _replies++;
        var ready = Asked || Wish.Question is null;
        if (ready && reply == Wish.Resolution)
        {
            return new Reaction(Feedback.Up, Pick(_desk.Thanks), Resolved: true, Gone: false);
        }

        var asks = !ready && reply == Wish.Question;
        Asked |= asks;
        var gone = _replies == Patience;
        return asks
            ? new Reaction(Feedback.None, Pick(_desk.Details[Wish.Question!]), Resolved: false, gone)
            : new Reaction(Feedback.Down, $"{Pick(_desk.Again)} {Pick(Wish.Openings)}", Resolved: false, gone);
    }

    private T Pick<T>(IReadOnlyList<T> from) => from[_random.NextInt(from.Count)];
}
