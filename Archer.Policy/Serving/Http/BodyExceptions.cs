using Archer.Client;

namespace Archer.Policy.Serving.Http;

/// <summary>The body is larger than the server takes. 413.</summary>
internal sealed class BodyTooLongException(long most) : ArcherException($"The body may have at most {most} bytes.");

/// <summary>The body is not declared as JSON. 415.</summary>
internal sealed class NotJsonException(string? actual)
    : ArcherException($"The body's media type must be application/json, found '{actual}'.");
