using System.Text.Json.Serialization.Metadata;

namespace Archer.Client.Http;

/// <summary>One request of the API before it is sent; it can be sent any number of times.</summary>
/// <param name="Method">GET, POST or DELETE.</param>
/// <param name="Path">Path below the silo's address.</param>
/// <param name="Body">JSON in UTF-8; null for none.</param>
/// <param name="Repeatable">Sending it twice has the effect of sending it once.</param>
internal readonly record struct HttpCall(HttpMethod Method, string Path, byte[]? Body, bool Repeatable)
{
    public static HttpCall Get(string path) => new(HttpMethod.Get, path, null, true);

    public static HttpCall Delete(string path) => new(HttpMethod.Delete, path, null, true);

    public static HttpCall Post<T>(string path, T body, JsonTypeInfo<T> type, bool repeatable) =>
        new(HttpMethod.Post, path, System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(body, type), repeatable);
}
