// Command sdks writes the SDK of a package for one language: sdks SCHEMA LANGUAGE FOLDER.
//
// `pulumi package gen-sdk` does the same with the same libraries, inside of language hosts that no module proxy
// serves. Later versions of the libraries have no generator for .NET.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"image/png"
	"net/http"
	"os"
	"path/filepath"
	"testing/fstest"

	"github.com/pulumi/pulumi/pkg/v3/codegen/dotnet"
	golang "github.com/pulumi/pulumi/pkg/v3/codegen/go"
	"github.com/pulumi/pulumi/pkg/v3/codegen/nodejs"
	"github.com/pulumi/pulumi/pkg/v3/codegen/python"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
)

const tool = "pulumi-language-sdk"

func main() {
	if len(os.Args) != 4 {
		fail(fmt.Errorf("usage: sdks SCHEMA dotnet|go|nodejs|python FOLDER"))
	}
	pkg, err := bound(os.Args[1])
	if err != nil {
		fail(err)
	}
	files, err := generated(pkg, os.Args[2])
	if err != nil {
		fail(err)
	}
	if err := write(files, os.Args[3]); err != nil {
		fail(err)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

func bound(path string) (*schema.Package, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var spec schema.PackageSpec
	if err := json.Unmarshal(text, &spec); err != nil {
		return nil, err
	}
	pkg, faults, err := schema.BindSpec(spec, nil, schema.ValidationOptions{})
	if err != nil {
		return nil, err
	}
	if faults.HasErrors() {
		return nil, faults
	}
	return pkg, nil
}

func generated(pkg *schema.Package, language string) (map[string][]byte, error) {
	switch language {
	case "dotnet":
		if err := giveLogo(pkg); err != nil {
			return nil, err
		}
		return dotnet.GeneratePackage(tool, pkg, nil, nil)
	case "go":
		return golang.GeneratePackage(tool, pkg, nil)
	case "nodejs":
		return nodejs.GeneratePackage(tool, pkg, nil, nil, false, nil)
	case "python":
		return python.GeneratePackage(tool, pkg, nil, nil)
	}
	return nil, fmt.Errorf("there is no generator for %s", language)
}

// giveLogo answers what the generator for .NET would download: an empty picture, for the package has no logo.
func giveLogo(pkg *schema.Package) error {
	var picture bytes.Buffer
	if err := png.Encode(&picture, image.NewNRGBA(image.Rect(0, 0, 64, 64))); err != nil {
		return err
	}
	files := fstest.MapFS{"logo.png": {Data: picture.Bytes()}}
	http.DefaultTransport.(*http.Transport).RegisterProtocol("file", http.NewFileTransportFS(files))
	pkg.LogoURL = "file:///logo.png"
	return nil
}

func write(files map[string][]byte, folder string) error {
	for name, text := range files {
		path := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, text, 0o644); err != nil {
			return err
		}
	}
	return nil
}
