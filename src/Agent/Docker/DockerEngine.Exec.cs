using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Berth.Agent;

/// <summary>Commands in running containers.</summary>
internal sealed partial class DockerEngine
{
    private const int MostHeaderBytes = 16 * 1024;

    /// <summary>Prepares a command in a container, to be run as root.</summary>
    /// <returns>The exec's id.</returns>
    public async Task<string> CreateExecAsync(string containerId, IReadOnlyList<string> command, bool terminal, CancellationToken cancellationToken)
    {
        var request = new DockerExecRequest { Cmd = command, Tty = terminal };
        using var response = await SendAsync(
            HttpMethod.Post, $"containers/{containerId}/exec", Json(JsonSerializer.Serialize(request, DockerJson.Default.DockerExecRequest)), null, cancellationToken).ConfigureAwait(false);
        return (await ReadAsync(response, DockerJson.Default.DockerCreated, cancellationToken).ConfigureAwait(false)).Id;
    }

    /// <summary>Starts a command; what comes back is its terminal, or its three streams.</summary>
    public async Task<DockerExecStream> StartExecAsync(string id, bool terminal, CancellationToken cancellationToken)
    {
        var body = $$"""{"Detach":false,"Tty":{{(terminal ? "true" : "false")}}}""";
        var head = string.Create(CultureInfo.InvariantCulture, $"""
            POST /v{apiVersion}/exec/{id}/start HTTP/1.1
            Host: docker
            Content-Type: application/json
            Connection: Upgrade
            Upgrade: tcp
            Content-Length: {body.Length}


            """).ReplaceLineEndings("\r\n");
        var socket = await ConnectAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var stream = new NetworkStream(socket, ownsSocket: true);
            await stream.WriteAsync(Encoding.ASCII.GetBytes(head + body), cancellationToken).ConfigureAwait(false);
            var buffer = new byte[MostHeaderBytes];
            var (length, end) = (0, -1);
            while (end < 0)
            {
                var read = length == buffer.Length ? 0 : await stream.ReadAsync(buffer.AsMemory(length), cancellationToken).ConfigureAwait(false);
                length += read;
                end = buffer.AsSpan(0, length).IndexOf("\r\n\r\n"u8);
                if (read == 0 && end < 0)
                {
                    throw new IOException("The connection was closed before the answer.");
                }
            }

            var status = Encoding.ASCII.GetString(buffer, 0, end).Split(' ');
            var rest = buffer.AsMemory((end + 4)..length);
            return status is [_, "101" or "200", ..]
                ? new DockerExecStream(socket, stream, rest, terminal)
                : throw new DockerException(HttpStatusCode.Conflict, Encoding.UTF8.GetString(rest.Span).Trim());
        }
        catch (Exception failure) when (failure is IOException or SocketException)
        {
            socket.Dispose();
            throw new DockerUnreachableException(failure);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Gives a command's terminal a size. The engine waits for the command to start, a while.</summary>
    public async Task ResizeExecAsync(string id, int columns, int rows, CancellationToken cancellationToken) => (await SendAsync(
        HttpMethod.Post, string.Create(CultureInfo.InvariantCulture, $"exec/{id}/resize?w={columns}&h={rows}"), null, null, cancellationToken).ConfigureAwait(false)).Dispose();

    /// <returns>Null where there is no such command (any more).</returns>
    public async Task<DockerExec?> InspectExecAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            return await GetAsync($"exec/{id}/json", DockerJson.Default.DockerExec, cancellationToken).ConfigureAwait(false);
        }
        catch (DockerException gone) when (gone.Status == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    /// <summary>Returns when the container has stopped, or is not there.</summary>
    public async Task WhenStoppedAsync(string containerId, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await SendAsync(HttpMethod.Post, $"containers/{containerId}/wait", null, null, cancellationToken).ConfigureAwait(false);
            await response.Content.LoadIntoBufferAsync(cancellationToken).ConfigureAwait(false);     // The body comes with the end.
        }
        catch (DockerException gone) when (gone.Status == HttpStatusCode.NotFound)
        {
            // Stopped, and removed.
        }
    }

    private async Task<Socket> ConnectAsync(CancellationToken cancellationToken)
    {
        var socket = address.Scheme == "unix"
            ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
            : new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            EndPoint engine = address.Scheme == "unix" ? new UnixDomainSocketEndPoint(address.AbsolutePath) : new DnsEndPoint(address.Host, address.Port);
            await socket.ConnectAsync(engine, cancellationToken).ConfigureAwait(false);
            return socket;
        }
        catch (SocketException failure)
        {
            socket.Dispose();
            throw new DockerUnreachableException(failure);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
