using System.Globalization;
using System.Xml.Linq;
using Microsoft.AspNetCore.Http;

namespace Berth.Objects;

/// <summary>S3's answers as XML.</summary>
internal static class ObjectsXml
{
    private static readonly XNamespace Namespace = "http://s3.amazonaws.com/doc/2006-03-01/";

    public static XElement Element(string name, params object?[] content) => new(Namespace + name, content);

    public static string Time(DateTimeOffset moment) => moment.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);

    public static Task SendAsync(HttpResponse response, XElement document, CancellationToken cancellationToken)
    {
        response.ContentType = "application/xml";
        return response.WriteAsync($"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{document.ToString(SaveOptions.DisableFormatting)}", cancellationToken);
    }

    /// <summary>An error; it has no namespace, and no body where the call was a HEAD.</summary>
    public static Task SendErrorAsync(HttpContext http, string code, int status, string message, string requestId)
    {
        http.Response.StatusCode = status;
        return HttpMethods.IsHead(http.Request.Method)
            ? Task.CompletedTask
            : SendAsync(http.Response, new("Error", new XElement("Code", code), new XElement("Message", message), new XElement("RequestId", requestId)), http.RequestAborted);
    }
}
