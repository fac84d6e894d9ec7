package waserver

import (
	"encoding/json"
	"io"
	"net/http"

	waBinary "go.mau.fi/whatsmeow/binary"
)

// maxMedia is the largest file the server takes, as WhatsApp's own limit for most kinds.
const maxMedia = 100 << 20

// mediaHosts answers where files are kept: on this very server.
func (s *Server) mediaHosts() waBinary.Node {
	return waBinary.Node{
		Tag:     "media_conn",
		Attrs:   waBinary.Attrs{"auth": "test", "auth_ttl": 3600, "ttl": 3600, "max_buckets": 12},
		Content: []waBinary.Node{{Tag: "host", Attrs: waBinary.Attrs{"hostname": s.Host()}}},
	}
}

// serveUpload keeps a file (ciphertext and MAC) under the token of its address.
func (s *Server) serveUpload(w http.ResponseWriter, r *http.Request) {
	file, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxMedia))
	if err != nil {
		http.Error(w, err.Error(), http.StatusRequestEntityTooLarge)
		return
	}
	path := "/mms/" + r.PathValue("kind") + "/" + r.PathValue("token")
	s.mu.Lock()
	s.media[r.PathValue("token")] = file
	s.mu.Unlock()
	// Clients append "&hash=…", so the path must have its question mark already.
	_ = json.NewEncoder(w).Encode(map[string]string{"url": "https://" + s.Host() + path, "direct_path": path + "?ccb=1"})
}

// Downloads is how often somebody asked for a file.
func (s *Server) Downloads() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.downloads
}

func (s *Server) serveDownload(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	file, ok := s.media[r.PathValue("token")]
	s.downloads++
	s.mu.Unlock()
	if !ok {
		http.NotFound(w, r)
		return
	}
	_, _ = w.Write(file)
}

func (s *Server) serveDelete(_ http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.media, r.PathValue("token"))
}
