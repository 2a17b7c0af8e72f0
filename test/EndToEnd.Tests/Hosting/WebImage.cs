namespace Berth.EndToEnd.Tests;

/// <summary>
/// The image that the tests' tasks run: a static busybox as a web server. <c>/</c> says which container answers and the
/// variable RELEASE; <c>/options</c> the variable JAVA_OPTS; <c>/linked</c> what the container linked as <c>mysql</c> serves.
/// </summary>
internal static class WebImage
{
    private const string Index = """
        #!/bin/busybox sh
        echo "asked $HOSTNAME" >&2
        printf 'Content-Type: text/plain\r\n\r\n%s %s\n' "$HOSTNAME" "$RELEASE"
        """;

    private const string Options = """
        #!/bin/busybox sh
        printf 'Content-Type: text/plain\r\n\r\n%s' "$JAVA_OPTS"
        """;

    // nc and not wget: a static busybox cannot resolve names, and wget tries to.
    private const string Linked = """
        #!/bin/busybox sh
        address=$(/bin/busybox awk '$2 == "mysql" { print $1 }' /etc/hosts)
        printf 'Content-Type: text/plain\r\n\r\n'
        { printf 'GET /motto HTTP/1.0\r\n\r\n'; /bin/busybox sleep 0.2; } | /bin/busybox nc "$address" 3306 | /bin/busybox tail -n 1
        """;

    /// <summary>Makes a repository and pushes the image to it as a user of the documentation would; its name in the registry.</summary>
    public static async Task<string> PushAsync(Installation berth, string repository)
    {
        var image = await berth.RunAsync($"aws ecr create-repository --repository-name {repository} --query repository.repositoryUri") + ":1";
        await berth.RunAsync($"""
            aws ecr get-login-password | docker login --username AWS --password-stdin {berth.Registry}
            root=$(mktemp -d)
            trap 'rm -rf $root; docker rmi {image} >/dev/null' EXIT
            mkdir -p $root/bin $root/www/cgi-bin
            cp /bin/busybox $root/bin
            cat > $root/www/cgi-bin/index.cgi <<'END'
            {Index}
            END
            cat > $root/www/cgi-bin/options <<'END'
            {Options}
            END
            cat > $root/www/cgi-bin/linked <<'END'
            {Linked}
            END
            echo 'Where there is a will there is a way.' > $root/www/motto
            chmod +x $root/www/cgi-bin/*
            tar -C $root -c . | docker import --change 'CMD ["/bin/busybox", "httpd", "-f", "-v", "-p", "8080", "-h", "/www"]' - {image}
            docker push --quiet {image}
            """);
        return image;
    }
}
