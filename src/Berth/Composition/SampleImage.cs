using System.Text;
using Berth.Registry;
using Berth.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Berth.Host;

/// <summary>The sample service's image, put together from this machine's static busybox and one page: nothing is downloaded.</summary>
internal static class SampleImage
{
    internal const string Path = "/_berth/sample-image";
    internal const string Repository = "berth-sample";
    internal const string Tag = "latest";
    internal const int Port = 8080;

    private const UnixFileMode Executable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private static readonly string[] BusyboxPaths = ["/bin/busybox", "/usr/bin/busybox"];

    /// <summary>busybox httpd runs this for <c>/</c>. The task says who it is by its own metadata.</summary>
    private const string Page = """
        #!/bin/busybox sh
        # nc and not wget: a static busybox cannot resolve names, and wget tries to. Asked once and kept.
        address=${ECS_CONTAINER_METADATA_URI_V4#http://}
        host=${address%%/*} port=80
        case $host in *:*) port=${host#*:} host=${host%%:*} ;; esac
        if [ ! -s /metadata ]; then
          { printf 'GET /%s/task HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n' "${address#*/}" "$host"; /bin/busybox sleep 1; } \
            | /bin/busybox nc "$host" "$port" > /metadata.$$
          /bin/busybox mv /metadata.$$ /metadata
        fi
        field() { /bin/busybox sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p" /metadata | /bin/busybox head -n 1; }
        task=$(field TaskARN)
        instance=$(field com.amazonaws.ecs.container-instance-arn)
        zone=$(field AvailabilityZone)
        family=$(field Family):$(field Revision)
        echo "served / by ${task##*/}" >&2
        printf 'Content-Type: text/html; charset=utf-8\r\nCache-Control: no-store\r\n\r\n'
        /bin/busybox cat <<HTML
        <!doctype html>
        <html lang="en"><head><meta charset="utf-8"><title>Berth</title>
        <style>body{font:18px/1.6 system-ui,sans-serif;max-width:46rem;margin:12vh auto;padding:0 1rem}code{font-size:.9em}dt{color:#667;margin-top:.8rem}dd{margin:0}</style></head>
        <body><h1>It runs.</h1><p>This page was served by one of the sample service's tasks. Reload it to meet the other.</p>
        <dl><dt>Task</dt><dd><code>${task##*/}</code></dd>
        <dt>Container instance</dt><dd><code>${instance##*/}</code> in ${zone}</dd>
        <dt>Task definition</dt><dd><code>${family}</code></dd></dl></body></html>
        HTML
        """;

    /// <summary>Maps <c>POST /_berth/sample-image</c>, signed for the service <c>berth</c>: the image is in the caller's repository afterwards.</summary>
    internal static void MapSampleImage(this IEndpointRouteBuilder routes) => routes.MapPost(Path, (RequestDelegate)PutAsync);

    private static async Task PutAsync(HttpContext http)
    {
        SignedCaller caller;
        try
        {
            caller = http.RequestServices.GetRequiredService<SigV4Verifier>().Verify(http.Request);
        }
        catch (SignatureException unproven)
        {
            http.Response.StatusCode = StatusCodes.Status403Forbidden;
            await http.Response.WriteAsync(unproven.Message, http.RequestAborted).ConfigureAwait(false);
            return;
        }

        if (BusyboxPaths.FirstOrDefault(File.Exists) is not { } busybox)
        {
            http.Response.StatusCode = StatusCodes.Status409Conflict;
            await http.Response.WriteAsync("The sample needs a static busybox: apt-get install busybox-static", http.RequestAborted).ConfigureAwait(false);
            return;
        }

        var assembler = http.RequestServices.GetRequiredService<ImageAssembler>();
        await assembler.PutAsync(
            caller.Key.AccountId,
            caller.Region,
            Repository,
            Tag,
            new ImageRecipe
            {
                Files =
                [
                    new("bin/busybox", Executable, await File.ReadAllBytesAsync(busybox, http.RequestAborted).ConfigureAwait(false)),
                    new("www/cgi-bin/index.cgi", Executable, Encoding.UTF8.GetBytes(Page.ReplaceLineEndings("\n") + "\n")),
                ],
                Command = ["/bin/busybox", "httpd", "-f", "-v", "-p", $"{Port}", "-h", "/www"],
                ExposedPorts = [$"{Port}/tcp"],
            },
            http.RequestAborted).ConfigureAwait(false);
        await http.Response.WriteAsync("{}", http.RequestAborted).ConfigureAwait(false);
    }
}
