using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using Archer.Tasks;
using Microsoft.Net.Http.Headers;

namespace Archer.Silo.Page;

/// <summary>The files of the page, out of this assembly.</summary>
internal static class PageFiles
{
    /// <summary>Address of the files that the page asks for.</summary>
    public const string Folder = "/page";

    private const string Prefix = "wwwroot/";
    private const string Start = "index.html";
    private static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head];

    private static readonly FrozenDictionary<string, string> MediaTypes = new Dictionary<string, string>
    {
        [".html"] = "text/html; charset=utf-8",
        [".css"] = "text/css; charset=utf-8",
        [".js"] = "text/javascript; charset=utf-8",
        [".svg"] = "image/svg+xml",
    }.ToFrozenDictionary();

    /// <summary>Contents by file name.</summary>
    public static FrozenDictionary<string, PageFile> All { get; } = typeof(PageFiles).Assembly.GetManifestResourceNames()
        .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
        .Select(name => (Name: name[Prefix.Length..], Bytes: Read(name)))
        .Concat(Tasks())
        .ToFrozenDictionary(file => file.Name, file => ToFile(file.Name, file.Bytes));

    /// <summary>Maps the files, which hold no data: the page asks for a key itself.</summary>
    public static void MapPage(this IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/", Methods, (HttpContext context) => Serve(context, Start)).ExcludeFromDescription().AllowAnonymous();
        routes.MapMethods(Folder + "/{*file}", Methods, (HttpContext context, string file) => Serve(context, file)).ExcludeFromDescription().AllowAnonymous();
    }

    private static IResult Serve(HttpContext context, string name)
    {
        if (!All.TryGetValue(name, out var file))
        {
            throw new BadHttpRequestException("The page has no such file.", StatusCodes.Status404NotFound);
        }

        var headers = context.Response.Headers;
        headers.CacheControl = "no-cache";
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers.ContentSecurityPolicy =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
        return TypedResults.Bytes(file.Bytes, file.MediaType, entityTag: file.Tag);
    }

    /// <summary>The tasks' own files, with which a person plays.</summary>
    private static IEnumerable<(string Name, byte[] Bytes)> Tasks() =>
        from name in TaskCatalog.Names
        let module = TaskCatalog.Find(name).PageModule
        where module is not null
        select ($"tasks/{name}.js", Encoding.UTF8.GetBytes(module));

    private static byte[] Read(string resource)
    {
        using var stream = typeof(PageFiles).Assembly.GetManifestResourceStream(resource)!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private static PageFile ToFile(string name, byte[] bytes)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 8));
        return new PageFile(bytes, MediaTypes[Path.GetExtension(name)], new EntityTagHeaderValue($"\"{hash}\""));
    }
}

/// <summary>One file.</summary>
internal sealed record PageFile(byte[] Bytes, string MediaType, EntityTagHeaderValue Tag);
