using System.Collections.Immutable;
using System.Text;
using Archer.Grains.Policies.Wire;

namespace Archer.Grains.Policies;

/// <summary>Puts the chunks of a streamed answer together.</summary>
internal sealed class ChatStream
{
    private readonly StringBuilder _text = new();
    private readonly ImmutableArray<int>.Builder _ids = ImmutableArray.CreateBuilder<int>();
    private readonly ImmutableArray<ChatLogprob>.Builder _logprobs = ImmutableArray.CreateBuilder<ChatLogprob>();
    private ImmutableArray<int>? _prompt;
    private string? _finish;
    private string? _version;
    private float? _value;

    /// <summary>Takes a chunk in.</summary>
    /// <returns>The text that it adds; may be empty.</returns>
    public string Add(ChatAnswer chunk)
    {
        _prompt ??= chunk.PromptTokenIds;
        _version ??= chunk.PolicyVersion;
        _value ??= chunk.Value;
        if (chunk.Choices is not [{ } choice])
        {
            return "";
        }

        _finish ??= choice.FinishReason;
        _ids.AddRange(choice.TokenIds ?? []);
        _logprobs.AddRange(choice.Logprobs?.Content ?? []);
        var text = choice.Delta?.Content ?? "";
        _text.Append(text);
        return text;
    }

    /// <summary>The whole answer.</summary>
    /// <exception cref="IOException">The stream broke off.</exception>
    public ChatAnswer ToAnswer() => new()
    {
        Choices =
        [
            new ChatAnswerChoice
            {
                Message = new ChatText(_text.ToString()),
                FinishReason = _finish ?? throw new IOException("the stream ended without a finish_reason"),
                TokenIds = _ids.ToImmutable(),
                Logprobs = new ChatLogprobs(_logprobs.ToImmutable()),
            },
        ],
        PromptTokenIds = _prompt,
        PolicyVersion = _version,
        Value = _value,
    };
}
