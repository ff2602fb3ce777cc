using System.Text.Json;

namespace SupportDesk;

/// <summary>What customers want, and what can be said to them.</summary>
internal sealed record Desk
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true };

    /// <summary>The desk of this example.</summary>
    public static readonly Desk Shop = Read();

    /// <summary>The agent's prompt, the same in the records and in <c>support.json</c>.</summary>
    public required string Prompt { get; init; }

    /// <summary>What customers come with.</summary>
    public required IReadOnlyList<Wish> Wishes { get; init; }

    /// <summary>What customers answer to each question.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyList<string>> Details { get; init; }

    /// <summary>Replies that help nobody.</summary>
    public required IReadOnlyList<string> Evasions { get; init; }

    /// <summary>What a customer says who was not helped, before the wish is repeated.</summary>
    public required IReadOnlyList<string> Again { get; init; }

    /// <summary>Last words of a customer who was helped.</summary>
    public required IReadOnlyList<string> Thanks { get; init; }

    private static Desk Read()
    {
        using var stream = typeof(Desk).Assembly.GetManifestResourceStream("desk.json")!;
        return JsonSerializer.Deserialize<Desk>(stream, Json)!;
    }
}

/// <summary>One thing that customers want.</summary>
internal sealed record Wish
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Ways to say it.</summary>
    public required IReadOnlyList<string> Openings { get; init; }

    /// <summary>What the desk has to know first; null when nothing.</summary>
    public string? Question { get; init; }

    /// <summary>What helps, once the question is answered.</summary>
    public required string Resolution { get; init; }
}
