using System.Text.Json.Serialization;

namespace Archer.Tasks.TwentyQuestions;

/// <summary>The table as its JSON file has it.</summary>
internal sealed record TableDocument
{
    public required string Name { get; init; }
    public required List<TableItem> Items { get; init; }
    public required List<string> GuessTemplates { get; init; }
    public required List<string> HeldOutGuessTemplates { get; init; }
    public required List<AttributeDocument> Attributes { get; init; }

    internal sealed record AttributeDocument
    {
        public required string Name { get; init; }
        public required List<string> Yes { get; init; }
        public required List<string> Templates { get; init; }
        public required List<string> HeldOut { get; init; }
        public Dictionary<string, string>? Questionable { get; init; }
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(TableDocument))]
internal sealed partial class TableJson : JsonSerializerContext;
